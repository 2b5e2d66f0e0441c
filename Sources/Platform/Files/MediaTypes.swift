/// Media types by the endings of names.
enum MediaTypes {
    /// The type of a file; `application/octet-stream` when its ending says nothing.
    static func type(of name: String) -> String {
        guard let dot = name.lastIndex(of: ".") else { return unknown }
        return table[name[name.index(after: dot)...].lowercased()] ?? unknown
    }

    /// The type of bytes of which nothing is known.
    static let unknown = "application/octet-stream"

    private static let table: [String: String] = [
        "txt": "text/plain", "log": "text/plain", "ini": "text/plain", "conf": "text/plain", "md": "text/markdown",
        "csv": "text/csv", "tsv": "text/tab-separated-values", "htm": "text/html", "html": "text/html",
        "xml": "application/xml", "json": "application/json", "ndjson": "text/plain", "jsonl": "text/plain",
        "yaml": "text/plain", "yml": "text/plain", "eml": "message/rfc822", "ics": "text/calendar",
        "pdf": "application/pdf", "zip": "application/zip", "gz": "application/gzip", "tar": "application/x-tar",
        "7z": "application/x-7z-compressed", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
        "gif": "image/gif", "bmp": "image/bmp", "svg": "image/svg+xml", "webp": "image/webp", "tif": "image/tiff",
        "tiff": "image/tiff", "mp4": "video/mp4", "pcap": "application/vnd.tcpdump.pcap", "doc": "application/msword",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls": "application/vnd.ms-excel",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt": "application/vnd.ms-powerpoint",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "msg": "application/vnd.ms-outlook", "exe": "application/vnd.microsoft.portable-executable",
    ]
}
