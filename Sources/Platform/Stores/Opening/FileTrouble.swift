import Glibc

/// Errors of the file system as the store's own.
enum FileTrouble {
    /// The error for the last failed call.
    ///
    /// - Parameters:
    ///   - action: What was tried, as a verb.
    ///   - path: The file or folder.
    ///   - code: The number; `errno` when left out.
    /// - Returns: The error.
    static func error(_ action: String, _ path: String, _ code: Int32 = errno) -> StoreError {
        let text = String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT:
            return StoreError(.diskFull, "Cannot \(action) \(path): \(text); make room and try again.")
        case ENOENT:
            return StoreError(.missing, "Cannot \(action) \(path): \(text).")
        default:
            return StoreError(.inputOutput, "Cannot \(action) \(path): \(text); check the folder and its owner.")
        }
    }
}
