import Content
import JSONTree
import Outbound

/// Answers as playbooks read them (section 10.1).
enum AnswerReading {
    /// The headers as an object; those that repeat are joined by a comma and a blank.
    static func headers(_ headers: OutboundHeaders) -> JSONObject {
        var object = JSONObject()
        for (name, value) in headers {
            let known = object.member(ignoringCase: name)
            object[known?.name ?? name] = .string(known?.value.stringValue.map { "\($0), \(value)" } ?? value)
        }
        return object
    }

    /// The body by its content type; nil when there is none.
    static func body(_ response: OutboundResponse) -> JSON? {
        guard !response.body.isEmpty else { return nil }
        let type = response.headers["Content-Type"]
        let packing = response.headers["Content-Encoding"]?.lowercased() ?? "identity"
        // What is still packed is no text, whatever its content type says.
        guard packing == "identity" || packing.isEmpty else {
            return Envelope(contentType: type ?? Content.unknownType, bytes: response.body).json
        }
        return Content.value(bytes: response.body, contentType: type)
    }

    static func answer(_ response: OutboundResponse) -> EffectOutcome.Answer {
        EffectOutcome.Answer(
            status: response.status,
            headers: .object(headers(response.headers)),
            body: body(response)
        )
    }

    /// The response with an absolute `Location`, so that it can be called later.
    static func withAbsoluteLocation(
        _ response: OutboundResponse,
        of request: OutboundRequest
    ) -> OutboundResponse {
        guard let location = response.headers["Location"], !location.isEmpty else { return response }
        var result = response
        do throws(OutboundError) {
            result.headers["Location"] =
                try OutboundURL(response.finalURL ?? request.url).resolving(location).description
        } catch {
            // It stays as it is: calling it will say what is wrong with it.
            return response
        }
        return result
    }
}
