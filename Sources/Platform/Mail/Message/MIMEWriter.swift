import Content
import Moments

/// Writes a message as mail servers carry it (RFC 5322 and MIME): lines of ASCII that CR LF ends.
///
/// Every content is in Base64, so that any server takes it; only addresses beyond ASCII need one that takes UTF-8.
struct MIMEWriter {
    let message: MailMessage
    /// The id of the message without angle brackets; the same for every attempt.
    let id: String
    let date: Timestamp

    /// The whole message.
    func bytes() -> [UInt8] {
        var lines = headers()
        lines += content()
        var bytes: [UInt8] = []
        for line in lines {
            bytes += Array(line.utf8)
            bytes += [0x0D, 0x0A]
        }
        return bytes
    }

    private func headers() -> [String] {
        var lines = [
            "Date: \(MailDate.text(date))", "Message-ID: <\(id)>", "MIME-Version: 1.0",
            "Auto-Submitted: auto-generated",
        ]
        lines += addresses("From", [message.from])
        lines += addresses("To", message.to)
        lines += addresses("Cc", message.cc)
        lines += addresses("Reply-To", message.replyTo)
        lines += addresses("Disposition-Notification-To", message.readReceipt)
        lines += addresses("Return-Receipt-To", message.deliveryReceipt)
        lines += HeaderText.lines("Subject", message.subject)
        switch message.importance {
        case "high": lines += ["Importance: high", "X-Priority: 1"]
        case "low": lines += ["Importance: low", "X-Priority: 5"]
        default: break
        }
        return lines
    }

    private func addresses(_ name: String, _ list: [MailAddress]) -> [String] {
        guard !list.isEmpty else { return [] }
        var lines: [String] = []
        for (index, one) in list.enumerated() {
            let text = one.name.isEmpty ? one.address : "\(HeaderText.phrase(one.name)) <\(one.address)>"
            lines.append((index == 0 ? "\(name): " : " ") + text + (index == list.count - 1 ? "" : ","))
        }
        return lines
    }

    /// The content's headers, an empty line, the content.
    private func content() -> [String] {
        let pictures = message.isHTML ? message.attachments.filter { $0.contentID != nil } : []
        let files = message.attachments.filter { !pictures.contains($0) }
        var part = text()
        if !pictures.isEmpty {
            part = multipart("related", "r", [part] + pictures.map { attachment($0, disposition: "inline") })
        }
        if !files.isEmpty {
            part = multipart("mixed", "m", [part] + files.map { attachment($0, disposition: "attachment") })
        }
        return part
    }

    private func text() -> [String] {
        let type = message.isHTML ? "text/html" : "text/plain"
        // Texts have lines that CR LF ends, in Base64 too.
        let lines = message.body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return ["Content-Type: \(type); charset=utf-8", "Content-Transfer-Encoding: base64", ""]
            + Self.base64(Array(lines.joined(separator: "\r\n").utf8))
    }

    private func attachment(_ file: MailAttachment, disposition: String) -> [String] {
        var lines = ["Content-Type: \(file.contentType)", "Content-Transfer-Encoding: base64"]
        lines.append("Content-Disposition: \(disposition);")
        lines.append(" " + HeaderText.parameter("filename", file.fileName))
        if let contentID = file.contentID { lines.append("Content-ID: <\(contentID)>") }
        return lines + [""] + Self.base64(file.bytes)
    }

    private func multipart(_ kind: String, _ mark: String, _ parts: [[String]]) -> [String] {
        // Base64 has no '=_', so that no content holds the boundary.
        let boundary = "=_\(mark)_\(id.prefix { $0 != "@" }.suffix(40))"
        var lines = ["Content-Type: multipart/\(kind); boundary=\"\(boundary)\"", ""]
        for part in parts { lines += ["--\(boundary)"] + part }
        return lines + ["--\(boundary)--"]
    }

    /// Lines of 76 characters.
    private static func base64(_ bytes: [UInt8]) -> [String] {
        stride(from: 0, to: bytes.count, by: 57).map { Base64.encode(bytes[$0..<min($0 + 57, bytes.count)]) }
    }
}

/// Dates of messages, as `Tue, 01 Dec 2026 09:30:00 +0000`.
enum MailDate {
    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func text(_ instant: Timestamp) -> String {
        let iso = instant.iso8601
        // The first day of the calendar, tick 0, was a Monday.
        let day = days[Int(instant.ticks / 864_000_000_000 % 7)]
        let parts = iso.prefix(10).split(separator: "-")
        let month = months[(Int(parts[1]) ?? 1) - 1]
        return "\(day), \(parts[2]) \(month) \(parts[0]) \(iso.dropFirst(11).prefix(8)) +0000"
    }
}
