import Foundation
import Glibc

/// Folders of the store: made for their owner only.
package enum FolderMaker {
    /// Makes a folder with those above it; the last one is closed to others.
    package static func make(_ path: String) throws {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw StoreError(.inputOutput, "\(path) is not a folder; choose another place.")
            }
            return
        }
        let parent = (path as NSString).deletingLastPathComponent
        if !parent.isEmpty, parent != path { try make(parent) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileTrouble.error("make the folder", path) }
    }

    /// Removes a folder of a test with all that is in it.
    static func removeAll(_ path: String) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            // A leftover in the temporary folder harms no one; the system clears it.
        }
    }

    /// A new folder for a test, in memory where the system has such a place.
    static func temporary() throws -> String {
        for parent in ["/dev/shm", NSTemporaryDirectory()] where access(parent, W_OK) == 0 {
            var template = Array((parent + "/tocsin-XXXXXX").utf8CString)
            let made = template.withUnsafeMutableBufferPointer { buffer in
                buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
            }
            if let made { return made }
        }
        throw FileTrouble.error("make a folder in", NSTemporaryDirectory())
    }
}
