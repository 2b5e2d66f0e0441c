/// What the words of a date text mean in a culture.
struct DateLexicon: Sendable {
    /// The meaning of a word.
    enum Meaning: Sendable, Equatable {
        case month(Int)
        case weekday(Int)
        case am, pm
        /// `Z`, `GMT`, `UTC`.
        case utc
        /// `T` between date and time.
        case timeMark
        /// A word without meaning, as "de" in Spanish dates.
        case filler
    }

    /// What the number before an East Asian mark (年 月 日 時 分 秒) counts.
    enum Mark: Sendable, Equatable {
        case year, month, day, hour, minute, second
    }

    private struct Word: Sendable {
        var bytes: [UInt8]
        var meaning: Meaning
    }

    /// Words by their first byte, longest first.
    private let words: [UInt8: [Word]]

    init(names: DateLocale.Names, am: String, pm: String, era: String, patterns: DateLocale.Patterns) {
        var meanings: [String: Meaning] = [:]
        func learn(_ word: String, _ meaning: Meaning) {
            let lowered = word.lowercased()
            // Names that are numbers ("3月") are read as number and mark.
            guard let first = lowered.utf8.first, !ByteCursor.isDigit(first) else { return }
            if meanings[lowered] == nil { meanings[lowered] = meaning }
            if lowered.hasSuffix(".") { learn(String(lowered.dropLast()), meaning) }
        }
        for list in [names.months, names.genitiveMonths, names.shortMonths, names.shortGenitiveMonths] {
            for (index, name) in list.enumerated() { learn(name, .month(index + 1)) }
        }
        for list in [names.days, names.shortDays] {
            for (index, name) in list.enumerated() { learn(name, .weekday(index)) }
        }
        learn(am, .am)
        learn(pm, .pm)
        for (word, meaning) in Self.common { learn(word, meaning) }
        learn(era, .filler)
        for pattern in [
            patterns.longDate, patterns.monthDay, patterns.yearMonth, patterns.shortDate, patterns.longTime,
            patterns.shortTime,
        ] {
            for word in Self.quotedWords(pattern) { learn(word, .filler) }
        }
        var words: [UInt8: [Word]] = [:]
        for (text, meaning) in meanings {
            let bytes = Array(text.utf8)
            words[bytes[0], default: []].append(Word(bytes: bytes, meaning: meaning))
        }
        self.words = words.mapValues { $0.sorted { $0.bytes.count > $1.bytes.count } }
    }

    private static let common: [(String, Meaning)] = [
        ("am", .am), ("pm", .pm), ("a", .am), ("p", .pm), ("z", .utc), ("gmt", .utc), ("utc", .utc), ("t", .timeMark),
        ("ad", .filler),
    ]

    private static let markTexts: KeyValuePairs<String, Mark> = [
        "年": .year, "月": .month, "日": .day, "時": .hour, "时": .hour, "分": .minute, "秒": .second,
        "년": .year, "월": .month, "일": .day, "시": .hour, "분": .minute, "초": .second,
    ]

    private static let marks: [(bytes: [UInt8], mark: Mark)] = markTexts.map { (Array($0.key.utf8), $0.value) }

    /// The mark at the cursor, right behind a number, stepped over; nil if there is none.
    static func matchMark(_ cursor: inout ByteCursor) -> Mark? {
        guard cursor.peek() >= 0x80 else { return nil }
        for (bytes, mark) in marks where bytes.indices.allSatisfy({ cursor.peek($0) == bytes[$0] }) {
            cursor.position += bytes.count
            return mark
        }
        return nil
    }

    /// The words inside the quotation marks of a pattern.
    private static func quotedWords(_ pattern: String) -> [String] {
        pattern.split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }
            .flatMap { $0.element.split(separator: " ").map(String.init) }
    }

    /// The longest known word at the cursor (over a text in lower case), stepped over; nil if there is none.
    func match(_ cursor: inout ByteCursor) -> Meaning? {
        for word in words[cursor.peek()] ?? [] where word.bytes.count <= cursor.remaining {
            var index = 0
            while index < word.bytes.count, cursor.peek(index) == word.bytes[index] { index += 1 }
            // A word without meaning may be written together with the next, as the Hebrew "in".
            guard index == word.bytes.count,
                word.meaning == .filler || !Self.continues(word.bytes, cursor.peek(index), cursor.peek(index + 1))
            else { continue }
            cursor.position += index
            return word.meaning
        }
        return nil
    }

    /// True if a word that ends so goes on with these bytes: both are letters of alphabets that write words apart.
    private static func continues(_ word: [UInt8], _ next: UInt8, _ following: UInt8) -> Bool {
        let isArabicComma = next == 0xD8 && following == 0x8C
        let isLetter = ByteCursor.isLetter(next) || (next >= 0xC3 && next < 0xE0 && !isArabicComma)
        guard let last = word.last, isLetter else { return false }
        // `T` and time go without a blank; `5pm` and `10:00Z` end before one.
        return last != UInt8(ascii: ".") && word != [UInt8(ascii: "t")]
    }
}
