import Content
import JSONTree

/// Content as expressions see it: an object of the envelope's form, or XML.
extension Envelope {
    /// The envelope that a value is; nil when it is none.
    static func of(_ value: Value) -> Envelope? {
        switch value {
        case .json(.object(let object)): Envelope(object: object)
        case .xml(let document): Envelope(contentType: XMLValues.contentType, bytes: XMLValues.bytes(document))
        default: nil
        }
    }

    /// The decoded bytes.
    func content() throws(ExpressionError) -> [UInt8] {
        do throws(ContentError) {
            return try bytes()
        } catch {
            throw ExpressionError(phase: .run, message: error.message)
        }
    }
}
