import Connectors
import JSONTree
import Serving

/// The pages as HTML: no script, nothing from elsewhere, every text escaped.
enum AnswerHTML {
    /// Problems as pages.
    static let errors = ErrorForm { problem, _ in
        page("No answer", "<p>\(escaped(problem.message))</p>", status: problem.status)
    }

    static func form(_ page: AnswerPage, choice: String?, action: String) -> Response {
        let card = page.card.map(AnswerCard.init)
        var body = paragraphs(page.message.map(plain) ?? "")
        for text in card?.texts ?? [] { body += paragraphs(text) }
        body += "<form method=\"post\" action=\"\(escaped(action))\">"
        for input in card?.inputs ?? [] { body += field(input) }
        let choices = page.options.isEmpty ? card?.actions.map(\.title) ?? [] : page.options
        body += """
            <label>Your name<input name="responder.name" maxlength="200" autocomplete="name"></label>
            <label>Your mail address<input type="email" name="responder.email" maxlength="320" autocomplete="email"></label>
            """
        body += "<p class=\"choices\">"
        for name in choices {
            let mark = name == choice ? " class=\"picked\"" : ""
            body += "<button name=\"choice\" value=\"\(escaped(name))\"\(mark)>\(escaped(name))</button> "
        }
        if choices.isEmpty { body += "<button>Submit</button>" }
        return self.page(page.title, body + "</p></form>")
    }

    static func thanks(_ page: AnswerPage, choice: String?) -> Response {
        let what = choice.map { "“\(escaped($0))”" } ?? "Your answer"
        return self.page(page.title, "<p>\(what) was handed to the playbook. You may close this page.</p>")
    }

    static func answered(_ page: AnswerPage) -> Response {
        self.page(page.title, "<p>This question was answered already. Only the first answer counts.</p>", status: 409)
    }

    private static func field(_ input: AnswerCard.Input) -> String {
        let name = "field.\(escaped(input.id))"
        let value = escaped(input.value)
        let required = input.isRequired ? " required" : ""
        let control: String
        switch input.kind {
        case .multiline: control = "<textarea name=\"\(name)\" rows=\"4\"\(required)>\(value)</textarea>"
        case .toggle:
            let checked = input.value == input.valueOn ? " checked" : ""
            control = "<input type=\"checkbox\" name=\"\(name)\" value=\"\(escaped(input.valueOn))\"\(checked)>"
        case .choice:
            let options = input.choices.map { choice in
                let selected = choice.value == input.value ? " selected" : ""
                return "<option value=\"\(escaped(choice.value))\"\(selected)>\(escaped(choice.title))</option>"
            }
            let empty = input.isRequired ? "" : "<option value=\"\"></option>"
            control = "<select name=\"\(name)\"\(required)>\(empty)\(options.joined())</select>"
        case .text: control = "<input name=\"\(name)\" value=\"\(value)\"\(required)>"
        case .number: control = "<input type=\"number\" step=\"any\" name=\"\(name)\" value=\"\(value)\"\(required)>"
        case .date: control = "<input type=\"date\" name=\"\(name)\" value=\"\(value)\"\(required)>"
        case .time: control = "<input type=\"time\" name=\"\(name)\" value=\"\(value)\"\(required)>"
        }
        return "<label>\(escaped(input.label))\(control)</label>"
    }

    private static func paragraphs(_ text: String) -> String {
        text.split(separator: "\n").map { "<p>\(escaped(String($0)))</p>" }.joined()
    }

    /// The text of a mail's HTML: tags are left out, ends of paragraphs become line ends.
    static func plain(_ html: String) -> String {
        var result = ""
        var rest = html[...]
        while let open = rest.firstIndex(of: "<") {
            result += rest[..<open]
            guard let close = rest[open...].firstIndex(of: ">") else { return result }
            let tag = rest[open...close].lowercased()
            if ["<br", "</p", "</h", "</li", "</tr", "</div"].contains(where: { tag.hasPrefix($0) }) { result += "\n" }
            rest = rest[rest.index(after: close)...]
        }
        result += rest
        for (entity, text) in [
            ("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
        ] {
            result = result.replacing(entity, with: text)
        }
        return result
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
        h1{font-size:1.4rem}label{display:block;margin:.8rem 0;font-weight:600}
        input,select,textarea{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.4rem;margin-top:.2rem}
        input[type=checkbox]{display:inline;width:auto;margin-left:.5rem}
        button{font:inherit;padding:.5rem 1.2rem;border:1px solid #30363d;border-radius:.3rem;background:#fff;cursor:pointer}
        button.picked{background:#0b5cad;color:#fff;border-color:#0b5cad}
        @media (prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}
        input,select,textarea,button{color:inherit;background:#161b22;border:1px solid #444c56}}
        """

    private static func page(_ title: String, _ body: String, status: Int = 200) -> Response {
        let shown = title.isEmpty ? "Question of a playbook" : title
        let html = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>\(escaped(shown))</title>
            <meta name="viewport" content="width=device-width,initial-scale=1"><style>\(style)</style></head>
            <body><h1>\(escaped(shown))</h1>\(body)</body></html>
            """
        return Response(
            status: status,
            headers: [
                "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy":
                    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            ],
            body: Array(html.utf8)
        )
    }
}
