import CJavaScriptCore

/// A function body and the value of `workflowContext` that it sees.
struct Script {
    let code: String
    let context: String
    /// Seconds of processor time.
    let timeLimit: Double

    /// Runs the body in an engine of its own, which is gone afterwards.
    func run() -> Answer {
        let timedOut = UnsafeMutablePointer<Bool>.allocate(capacity: 1)
        timedOut.initialize(to: false)
        defer { timedOut.deallocate() }
        guard let engine = JSGlobalContextCreate(nil) else { return internalError("The script engine did not start.") }
        defer { JSGlobalContextRelease(engine) }
        JSContextGroupSetExecutionTimeLimit(
            JSContextGetGroup(engine),
            timeLimit,
            { _, info in
                info?.assumingMemoryBound(to: Bool.self).pointee = true
                return true
            },
            timedOut
        )
        let answer = call(in: engine)
        return timedOut.pointee ? .timedOut : answer
    }

    private func call(in engine: JSGlobalContextRef) -> Answer {
        muteConsole(engine)
        let contextText = string(context)
        defer { JSStringRelease(contextText) }
        guard let workflowContext = JSValueMakeFromJSONString(engine, contextText) else {
            return internalError("The workflow context is not JSON.")
        }
        var exception: JSValueRef?
        let parameter = string("workflowContext")
        let body = string(code)
        let source = string("script")
        defer { [parameter, body, source].forEach(JSStringRelease) }
        var parameters: [JSStringRef?] = [parameter]
        let function = JSObjectMakeFunction(engine, nil, 1, &parameters, body, source, 1, &exception)
        guard let function else { return self.exception(exception, in: engine) }
        var arguments: [JSValueRef?] = [workflowContext]
        guard let value = JSObjectCallAsFunction(engine, function, nil, 1, &arguments, &exception), exception == nil
        else {
            return self.exception(exception, in: engine)
        }
        return result(value, in: engine)
    }

    /// The JSON text of a value; `undefined`, functions and symbols are null.
    private func result(_ value: JSValueRef, in engine: JSGlobalContextRef) -> Answer {
        if isPromise(value, in: engine) {
            let message = "The script returned a promise; scripts run synchronously and must return the value itself."
            return .exception(name: "TypeError", message: message, line: 0)
        }
        var exception: JSValueRef?
        let text = JSValueCreateJSONString(engine, value, 0, &exception)
        guard exception == nil else { return self.exception(exception, in: engine) }
        guard let text else { return .result(Array("null".utf8)) }
        defer { JSStringRelease(text) }
        return .result(bytes(of: text))
    }

    private func isPromise(_ value: JSValueRef, in engine: JSGlobalContextRef) -> Bool {
        guard JSValueIsObject(engine, value), let promise = global("Promise", in: engine) else { return false }
        var exception: JSValueRef?
        return JSValueIsInstanceOfConstructor(engine, value, promise, &exception) && exception == nil
    }

    /// The name, the message and the line of what was thrown.
    private func exception(_ thrown: JSValueRef?, in engine: JSGlobalContextRef) -> Answer {
        guard let thrown else { return internalError("The script failed without a reason.") }
        guard JSValueIsObject(engine, thrown), let object = JSValueToObject(engine, thrown, nil) else {
            return .exception(name: "Error", message: text(of: thrown, in: engine), line: 0)
        }
        let line = property("line", of: object, in: engine).map { JSValueToNumber(engine, $0, nil) } ?? 0
        // A body that ends too early is noticed at the function's own end, a line after the last.
        let lineCount = code.utf8.count { $0 == UInt8(ascii: "\n") } + 1
        let message = property("message", of: object, in: engine)
        return .exception(
            name: property("name", of: object, in: engine).map { text(of: $0, in: engine) } ?? "Error",
            message: text(of: message ?? thrown, in: engine),
            line: Int(exactly: line.rounded()).map { min(max(0, $0 - Script.linesBeforeCode), lineCount) } ?? 0
        )
    }

    /// The lines of the function's head, which the library puts before the body.
    private static let linesBeforeCode = 2

    /// Replaces `console` by one whose functions do nothing.
    private func muteConsole(_ engine: JSGlobalContextRef) {
        let source = string("globalThis.console = new Proxy({}, { get: () => () => undefined });")
        defer { JSStringRelease(source) }
        _ = JSEvaluateScript(engine, source, nil, nil, 1, nil)
    }

    private func global(_ name: String, in engine: JSGlobalContextRef) -> JSObjectRef? {
        guard let object = JSContextGetGlobalObject(engine), let value = property(name, of: object, in: engine) else {
            return nil
        }
        return JSValueIsObject(engine, value) ? JSValueToObject(engine, value, nil) : nil
    }

    /// A property that is there and not undefined.
    private func property(_ name: String, of object: JSObjectRef, in engine: JSGlobalContextRef) -> JSValueRef? {
        let key = string(name)
        defer { JSStringRelease(key) }
        var exception: JSValueRef?
        guard let value = JSObjectGetProperty(engine, object, key, &exception), exception == nil else { return nil }
        return JSValueIsUndefined(engine, value) ? nil : value
    }

    private func text(of value: JSValueRef, in engine: JSGlobalContextRef) -> String {
        var exception: JSValueRef?
        guard let text = JSValueToStringCopy(engine, value, &exception), exception == nil else { return "" }
        defer { JSStringRelease(text) }
        return String(decoding: bytes(of: text), as: UTF8.self)
    }

    private func internalError(_ message: String) -> Answer {
        .exception(name: "InternalError", message: message, line: 0)
    }

    /// The library's string of a text; the caller releases it.
    private func string(_ text: String) -> JSStringRef {
        // By UTF-16, because a text may hold a zero, which ends C strings.
        Array(text.utf16).withUnsafeBufferPointer { JSStringCreateWithCharacters($0.baseAddress, $0.count) }
    }

    private func bytes(of text: JSStringRef) -> [UInt8] {
        guard let characters = JSStringGetCharactersPtr(text) else { return [] }
        return Array(
            String(decoding: UnsafeBufferPointer(start: characters, count: JSStringGetLength(text)), as: UTF16.self)
                .utf8
        )
    }
}
