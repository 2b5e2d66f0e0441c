/// Turns ICU date patterns into .NET's notation.
enum ICUPattern {
    /// The .NET custom format for an ICU pattern; `longYears` makes years of two digits four, as Windows has them.
    static func dotNet(_ pattern: String, longYears: Bool = false) -> String {
        // Scalars, not characters: a mark may follow a quotation mark and would melt into it.
        var output = String.UnicodeScalarView()
        var scalars = Array(plainBlanks(pattern).unicodeScalars)[...]
        while let scalar = scalars.first {
            if scalar == "'" {
                output.append(contentsOf: quoted(&scalars))
                continue
            }
            let run = scalars.prefix { $0 == scalar }.count
            scalars = scalars.dropFirst(run)
            output.append(contentsOf: field(scalar, run, longYears).unicodeScalars)
        }
        return collapsed(String(output)).replacing("''", with: "")
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

    private static func field(_ scalar: Unicode.Scalar, _ run: Int, _ longYears: Bool) -> String {
        switch scalar {
        case "y", "u", "r": run == 2 && !longYears ? "yy" : "yyyy"
        case "M", "L": String(repeating: "M", count: min(run, 4))
        case "d": String(repeating: "d", count: min(run, 2))
        case "E", "c", "e": run >= 4 ? "dddd" : "ddd"
        case "a", "b", "B": "tt"
        case "h", "K": String(repeating: "h", count: min(run, 2))
        case "H", "k": String(repeating: "H", count: min(run, 2))
        case "m", "s": String(repeating: String(scalar), count: min(run, 2))
        // Eras, zones and everything else that no .NET pattern has.
        case "a"..."z", "A"..."Z": ""
        case "%", "\\", "\"": String(repeating: "\\" + String(scalar), count: run)
        // Letters of other scripts stand for themselves; quoted, they are known as words of the culture.
        case let scalar where scalar.properties.isAlphabetic: "'" + String(repeating: String(scalar), count: run) + "'"
        default: String(repeating: String(scalar), count: run)
        }
    }

    /// Takes a quoted part, in which `''` is one quotation mark.
    private static func quoted(_ scalars: inout ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        scalars = scalars.dropFirst()
        if scalars.first == "'" {
            scalars = scalars.dropFirst()
            return ["\\", "'"]
        }
        var text: [Unicode.Scalar] = ["'"]
        while let scalar = scalars.first {
            scalars = scalars.dropFirst()
            if scalar == "'" {
                guard scalars.first == "'" else { break }
                scalars = scalars.dropFirst()
                text += ["\\", "'"]
            } else {
                text.append(scalar)
            }
        }
        return text + ["'"]
    }

    /// Takes out blanks that a dropped field left behind.
    private static func collapsed(_ text: String) -> String {
        var output = ""
        for letter in text where !(letter == " " && (output.isEmpty || output.last == " ")) { output.append(letter) }
        while output.last == " " { output.removeLast() }
        return output
    }
}
