import Connectors
import Glibc
import JSONTree

/// Why a file cannot be reached, as the answer that a playbook sees.
struct FileFailure: Error, Sendable, Hashable {
    /// The status of the answer.
    let status: Int
    /// A word for the kind of failure.
    let code: String
    /// What is wrong and what to do about it.
    let message: String

    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// The failure of a call of the system.
    ///
    /// - Parameters:
    ///   - number: Its `errno`.
    ///   - path: What it was about, seen from the root folder.
    /// - Returns: The failure.
    static func system(_ number: Int32, _ path: String) -> FileFailure {
        let text = String(cString: strerror(number))
        return switch number {
        case ENOENT: FileFailure(404, "NotFound", "There is no '\(path)'.")
        case ENOTDIR:
            FileFailure(404, "NotFound", "A part of '\(path)' is no folder, or a link; links are not followed.")
        case ELOOP: FileFailure(403, "LinkRefused", "'\(path)' is a link; links are not followed.")
        case EACCES, EPERM, EROFS:
            FileFailure(403, "AccessDenied", "The server's account may not do this with '\(path)': \(text).")
        case EEXIST: FileFailure(409, "AlreadyExists", "'\(path)' is there already.")
        case EISDIR, ENOTEMPTY: FileFailure(409, "IsFolder", "'\(path)' is a folder.")
        case ENAMETOOLONG, EINVAL: FileFailure(400, "InvalidPath", "'\(path)' cannot be the name of a file.")
        case ENOSPC, EDQUOT: FileFailure(507, "DiskFull", "There is no room for '\(path)'.")
        default: FileFailure(502, "InputOutput", "The file system failed on '\(path)': \(text).")
        }
    }

    /// The answer: `status` and `message` as the managed connector gives them, and `error` as the others of ours do.
    var outputs: ConnectorOutputs {
        ConnectorOutputs(
            statusCode: status,
            body: [
                "status": .integer(Int64(status)), "message": .string(message),
                "error": ["code": .string(code), "message": .string(message)],
            ]
        )
    }
}
