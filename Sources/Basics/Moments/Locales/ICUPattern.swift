/// Turns ICU date patterns into .NET's notation.
enum ICUPattern {
    /// The .NET custom format for an ICU pattern; `longYears` makes years of two digits four, as Windows has them.
    static func dotNet(_ pattern: String, longYears: Bool = false) -> String {
        var output = ""
        var letters = Array(plainBlanks(pattern))[...]
        while let letter = letters.first {
            if letter == "'" {
                output += quoted(&letters)
                continue
            }
            let run = letters.prefix { $0 == letter }.count
            letters = letters.dropFirst(run)
            output += field(letter, run, longYears)
        }
        return collapsed(output)
    }

    /// The text with every special blank as a plain one and without marks of direction.
    static func plainBlanks(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.compactMap { scalar in
                    switch scalar.value {
                    case 0x00A0, 0x202F, 0x2009: " "
                    case 0x200E, 0x200F, 0x061C: nil
                    default: scalar
                    }
                }
            )
        )
    }

    private static func field(_ letter: Character, _ run: Int, _ longYears: Bool) -> String {
        switch letter {
        case "y", "u", "r": run == 2 && !longYears ? "yy" : "yyyy"
        case "M", "L": String(repeating: "M", count: min(run, 4))
        case "d": String(repeating: "d", count: min(run, 2))
        case "E", "c", "e": run >= 4 ? "dddd" : "ddd"
        case "a", "b", "B": "tt"
        case "h", "K": String(repeating: "h", count: min(run, 2))
        case "H", "k": String(repeating: "H", count: min(run, 2))
        case "m", "s": String(repeating: letter, count: min(run, 2))
        case "G", "z", "Z", "v", "V", "X", "x", "O": ""
        case let other where other.isLetter && other.isASCII: ""
        case let other where other.isLetter: "'" + String(repeating: other, count: run) + "'"
        default: String(repeating: letter, count: run)
        }
    }

    /// Takes a quoted part, `''` being one quotation mark.
    private static func quoted(_ letters: inout ArraySlice<Character>) -> String {
        letters = letters.dropFirst()
        if letters.first == "'" {
            letters = letters.dropFirst()
            return "\\'"
        }
        let text = letters.prefix { $0 != "'" }
        letters = letters.dropFirst(text.count + 1)
        return "'" + String(text) + "'"
    }

    /// Takes out blanks that a dropped field left behind.
    private static func collapsed(_ text: String) -> String {
        var output = ""
        for letter in text where !(letter == " " && (output.isEmpty || output.last == " ")) { output.append(letter) }
        while output.last == " " { output.removeLast() }
        return output
    }
}
