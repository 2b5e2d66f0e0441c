import JSONTree
import Serving

/// Brings a definition under a newer schema.
///
/// The schema of 2016-06-01 is the newest, and that of 2015-08-01-preview differs from it in its address only. The one of
/// 2014-12-01-preview has other actions and dependencies; it is refused with a clear error rather than half translated.
enum DefinitionUpgrade {
    static let newest = "2016-06-01"

    /// The text of the definition, as it was put but for `$schema`.
    ///
    /// - Throws: `Problem` 400 for a version that is not known, or a definition that cannot be brought there.
    static func upgraded(_ definition: [UInt8], to version: String) throws -> [UInt8] {
        guard version == newest else {
            throw Problem(
                status: 400,
                code: "InvalidTargetSchemaVersion",
                message: "The target schema version '\(version.prefix(40))' is not valid; '\(newest)' is."
            )
        }
        let document = try JSONDocument.parse(definition)
        guard let schema = document.value.objectValue?.member(ignoringCase: "$schema"),
            let address = schema.value.stringValue
        else { return definition }
        if address.contains("2014-12-01") {
            throw Problem(
                status: 400,
                code: "DefinitionUpgradeNotSupported",
                message:
                    "Definitions of the schema 2014-12-01-preview are not translated; write the definition anew for \(newest)."
            )
        }
        guard address.contains("2015-08-01-preview"), let old = document.text(of: JSONPointer([schema.name])) else {
            return definition
        }
        let new = JSON.string(address.replacing("2015-08-01-preview", with: newest)).bytes()
        return Array(document.text(of: JSONPointer()) ?? []).replacing(old, at: document, with: new)
    }
}

extension [UInt8] {
    /// The whole text of a document with a part of it replaced.
    fileprivate func replacing(_ part: ArraySlice<UInt8>, at document: JSONDocument, with new: [UInt8]) -> [UInt8] {
        // Offsets count from the beginning of the text, which may have a byte order mark or blanks before its value.
        let start = document.place(of: JSONPointer())?.offset ?? 0
        var text = self
        text.replaceSubrange((part.startIndex - start)..<(part.endIndex - start), with: new)
        return text
    }
}
