import Foundation
import Testing

@Suite struct MachinePathTests {
    /// Begins of absolute paths that belong to one person's machine; put together, so that this file has none.
    private static let begins = ["home", "root", "Users", "work"].map { "/" + $0 + "/" }

    /// Places in a text where such a path stands, as opposed to a part of a URL or of a longer path.
    static func machinePaths(in text: String) -> [String] {
        let bytes = Array(text.utf8)
        var found: [String] = []
        for begin in begins {
            let needle = Array(begin.utf8)
            var index = 0
            while index + needle.count < bytes.count {
                guard bytes[index] == needle[0], bytes[index...].starts(with: needle) else {
                    index += 1
                    continue
                }
                let before = index == 0 ? UInt8(ascii: " ") : bytes[index - 1]
                let rest = bytes[(index + needle.count)...].prefix(while: isNameByte)
                if !isNameByte(before), before != UInt8(ascii: "}"),
                    before != UInt8(ascii: "/") || isFileURL(bytes, index), !rest.isEmpty
                {
                    found.append(begin + String(decoding: rest, as: UTF8.self))
                }
                index += needle.count
            }
        }
        return found
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func isFileURL(_ bytes: [UInt8], _ index: Int) -> Bool {
        bytes[..<index].suffix(7).elementsEqual("file://".utf8)
    }

    @Test(arguments: [
        ("cd /ho" + "me/anna/tocsin", 1), ("\"/wo" + "rk/main\"", 1), ("file:///ho" + "me/anna", 1),
        ("https://example.com/ho" + "me/anna", 0),
        ("/ro" + "ot", 0), ("a/wo" + "rk/b", 0), ("(/Us" + "ers/anna)", 1), ("/wo" + "rk/", 0),
    ])
    func pathsAreTold(text: String, count: Int) {
        #expect(MachinePathTests.machinePaths(in: text).count == count)
    }

    @Test func noFileNamesAPersonsFolder() throws {
        let texts: Set = ["swift", "md", "sh", "yml", "yaml", "h", "modulemap", "py", "toml", ""]
        let files = Repository.files().filter { path in
            // Recorded data of other products may hold any path; what we wrote ourselves may not.
            texts.contains((path as NSString).pathExtension) || !path.contains("/")
        }
        #expect(files.contains("Package.swift"))
        for path in files where path != "Package.resolved" {
            let found = MachinePathTests.machinePaths(in: try Repository.text(path))
            #expect(found.isEmpty, "\(path) names \(found.joined(separator: ", "))")
        }
    }
}
