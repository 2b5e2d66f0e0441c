import JSONTree
import Moments
import Outbound

/// Finds lines of text files that hold a text; the work grows with the bytes, whatever is looked for.
struct LineSearch {
    /// The most bytes that one search reads: 256 MB.
    static let byteLimit = 256 << 20
    /// The most lines of an answer: 1,000.
    static let lineLimit = 1_000
    /// The most bytes of a line that are given; the rest of it is searched and left out: 8,192.
    static let shownBytes = 8_192

    private let needle: Needle
    let pattern: NamePattern?
    let since: Timestamp?
    let limit: Int
    let watch: BlockingWatch
    private(set) var lines: [JSON] = []
    private(set) var isCut = false
    private var bytes = 0

    init(contains: String, pattern: NamePattern?, since: Timestamp?, limit: Int, watch: BlockingWatch) {
        needle = Needle(contains)
        self.pattern = pattern
        self.since = since
        self.limit = limit
        self.watch = watch
    }

    /// Searches a folder with those below it, the newest files first.
    mutating func search(_ root: RootFolder, _ folder: FilePath) throws {
        var walk = FolderWalk(root: root, watch: watch)
        let files = try walk.entries(folder, isDeep: true).filter { entry in
            entry.isFile && pattern?.matches(entry.path.name) != false && since.map { entry.modified >= $0 } != false
        }
        for file in files.sorted(by: { $0.modified > $1.modified }) {
            guard !isCut else { return }
            do {
                try search(try FileReader(root, file.path))
            } catch let failure as FileFailure where failure.status == 404 || failure.status == 403 {
                // What went away since it was listed, or is closed to us, does not spoil the rest.
                continue
            }
        }
    }

    private mutating func search(_ file: FileReader) throws {
        var rest: [UInt8] = []
        var number: Int64 = 1
        while true {
            if watch.isAbandoned { throw FileFailure(504, "TimedOut", "The time of the call is over.") }
            let part = try file.next(1 << 18)
            bytes += part.count
            if bytes > Self.byteLimit || rest.count > Self.byteLimit / 8 {
                isCut = true
                return
            }
            if part.isEmpty {
                if !rest.isEmpty { take(rest[...], number, file) }
                return
            }
            var start = part.startIndex
            while let end = part[start...].firstIndex(of: 0x0A) {
                if rest.isEmpty {
                    take(part[start..<end], number, file)
                } else {
                    rest += part[start..<end]
                    take(rest[...], number, file)
                    rest = []
                }
                guard !isCut else { return }
                number += 1
                start = end + 1
            }
            rest += part[start...]
        }
    }

    private mutating func take(_ line: ArraySlice<UInt8>, _ number: Int64, _ file: FileReader) {
        guard needle.isIn(line) else { return }
        guard lines.count < limit else {
            isCut = true
            return
        }
        var shown = line.prefix(Self.shownBytes)
        if shown.last == 0x0D { shown.removeLast() }
        lines.append([
            "Path": .string(file.entry.path.text), "Line": .integer(number),
            "Text": .string(String(decoding: shown, as: UTF8.self)),
        ])
    }
}
