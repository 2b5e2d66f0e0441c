/// The words of which names of members, parameters and operations are made.
public enum NameWords {
    /// The words of a name in small letters, parted by case, blanks and signs: `deleteNote`, `delete_note` and `Delete note` have the
    /// same two.
    ///
    /// - Parameter name: The name.
    /// - Returns: The words in their order.
    public static func of(_ name: some StringProtocol) -> [String] {
        var words: [String] = []
        var word = ""
        var wasSmall = false
        for character in name {
            let isWord = character.isLetter || character.isNumber
            if !isWord || (character.isUppercase && wasSmall) {
                if !word.isEmpty { words.append(word.lowercased()) }
                word = ""
            }
            if isWord { word.append(character) }
            wasSmall = character.isLowercase || character.isNumber
        }
        if !word.isEmpty { words.append(word.lowercased()) }
        return words
    }
}
