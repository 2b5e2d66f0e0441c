public import JSONTree

/// Reading of files that hold workflows.
public enum PlaybookFile {
    /// How large a file may be, in bytes.
    public static let sizeLimit = 33_554_432

    /// Recognises the form of a file and takes the workflows and connections out of it.
    ///
    /// Deployment templates are evaluated: their parameters get the given values, else their defaults, else a
    /// placeholder with a warning; what only a deployment in the cloud could know is marked, with a warning. A file with
    /// errors gives what could be read.
    ///
    /// ```swift
    /// let file = PlaybookFile.load(bytes: bytes, parameters: ["PlaybookName": "Block-User"])
    /// for workflow in file.workflows { let compilation = workflow.compile() }
    /// ```
    ///
    /// - Parameters:
    ///   - bytes: The file, JSON in UTF-8, with or without byte order mark.
    ///   - parameters: Values for the parameters of the deployment template, or of the definition where there is no
    ///     template: plain, as `{ "value": … }`, or a whole parameter file.
    ///   - context: The place that deployment templates ask about.
    /// - Returns: What the file holds, and remarks.
    public static func load(
        bytes: [UInt8],
        parameters: JSON = .object(JSONObject()),
        context: DeploymentContext = DeploymentContext()
    ) -> LoadedFile {
        let text = FileText.utf8(bytes)
        do throws(JSONError) {
            let (document, isRelaxed) = try parse(text)
            var loader = FileLoader(document: document, given: ARMParameters.values(from: parameters), context: context)
            if isRelaxed {
                loader.report(
                    .warning,
                    DiagnosticCode.comments,
                    "The file has comments, or commas before a closing bracket, which JSON does not have.",
                    remedy: "Remove them, if other tools are to read the file.",
                    at: ""
                )
            }
            return loader.load()
        } catch {
            var file = LoadedFile()
            file.diagnostics = [
                Diagnostic(
                    .error,
                    code: DiagnosticCode.invalidJSON,
                    message: "The file is not JSON: \(error.message)",
                    remedy: "Correct the text at this place.",
                    line: error.line,
                    column: error.column
                )
            ]
            return file
        }
    }

    /// Parses a file; when it is no JSON, a second time without its comments.
    private static func parse(_ bytes: [UInt8]) throws(JSONError) -> (document: JSONDocument, isRelaxed: Bool) {
        let limits = JSONLimits(bytes: sizeLimit)
        do throws(JSONError) {
            return (try JSONDocument.parse(bytes, limits: limits), false)
        } catch {
            guard bytes.count <= sizeLimit, let relaxed = FileText.withoutComments(bytes) else {
                throw error
            }
            do throws(JSONError) {
                return (try JSONDocument.parse(relaxed, limits: limits), true)
            } catch _ {
                throw error
            }
        }
    }

    /// Recognises the form of a file that is given as text.
    ///
    /// - Parameters:
    ///   - text: The file.
    ///   - parameters: Values, as in ``load(bytes:parameters:context:)``.
    ///   - context: The place that deployment templates ask about.
    /// - Returns: What the file holds, and remarks.
    public static func load(
        text: String,
        parameters: JSON = .object(JSONObject()),
        context: DeploymentContext = DeploymentContext()
    ) -> LoadedFile {
        load(bytes: Array(text.utf8), parameters: parameters, context: context)
    }
}
