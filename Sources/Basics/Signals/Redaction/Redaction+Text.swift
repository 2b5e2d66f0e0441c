extension Redaction {
    /// The text without the secrets that can be told by their form: `Bearer …`, `Basic …`, and those inside of addresses.
    public static func text(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ":") }) else { return text }
        var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        var changed = false
        for index in words.indices {
            if words[index].contains("://") {
                let redacted = url(words[index])
                changed = changed || redacted != words[index]
                words[index] = redacted
            }
            let isScheme = schemes.contains(words[index].lowercased().trimmedOfMarks)
            // Schemes are words of prose as well; credentials are longer than the words after them.
            if isScheme, index + 1 < words.count, words[index + 1].utf8.count >= 12 {
                words[index + 1] = mark
                changed = true
            }
        }
        return changed ? words.joined(separator: " ") : text
    }

    private static let schemes: Set<String> = [
        "bearer", "basic", "sharedkey", "sharedaccesssignature", "apikey", "token",
    ]
}

extension String {
    /// The word without quotation marks and punctuation around it.
    fileprivate var trimmedOfMarks: String {
        var text = self[...]
        while let first = text.first, !first.isLetter { text.removeFirst() }
        while let last = text.last, !last.isLetter { text.removeLast() }
        return String(text)
    }
}
