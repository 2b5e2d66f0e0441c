/// The words of `operationOptions` (section 6), matched without regard to case.
public struct OperationOptions: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt32

    /// The set of these bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// A 202 with Location is the result, it is not polled.
    public static let disableAsyncPattern = OperationOptions(rawValue: 1 << 0)
    /// Compressed answers stay compressed.
    public static let disableAutomaticDecompression = OperationOptions(rawValue: 1 << 1)
    /// Outgoing requests carry no `x-ms-workflow-*` headers.
    public static let suppressWorkflowHeaders = OperationOptions(rawValue: 1 << 2)
    /// Trigger outputs keep the `Authorization` header.
    public static let includeAuthorizationHeadersInOutputs = OperationOptions(rawValue: 1 << 3)
    /// A Foreach runs one iteration at a time.
    public static let sequential = OperationOptions(rawValue: 1 << 4)
    /// A trigger starts one run at a time.
    public static let singleInstance = OperationOptions(rawValue: 1 << 5)
    /// Answers carry no `x-ms-workflow-*` headers.
    public static let suppressWorkflowHeadersOnResponse = OperationOptions(rawValue: 1 << 6)
    /// A Request trigger checks the body against its schema.
    public static let enableSchemaValidation = OperationOptions(rawValue: 1 << 7)
    /// A Response answers 202 at once and serves its content at the Location.
    public static let asynchronous = OperationOptions(rawValue: 1 << 8)
    /// An Until that reaches a limit fails.
    public static let failWhenLimitsReached = OperationOptions(rawValue: 1 << 9)

    private static let words: [String: OperationOptions] = [
        "disableasyncpattern": .disableAsyncPattern,
        "disableautomaticdecompression": .disableAutomaticDecompression,
        "suppressworkflowheaders": .suppressWorkflowHeaders,
        "includeauthorizationheadersinoutputs": .includeAuthorizationHeadersInOutputs,
        "sequential": .sequential,
        "singleinstance": .singleInstance,
        "suppressworkflowheadersonresponse": .suppressWorkflowHeadersOnResponse,
        "enableschemavalidation": .enableSchemaValidation,
        "asynchronous": .asynchronous,
        "failwhenlimitsreached": .failWhenLimitsReached,
    ]

    /// The options of a comma-separated list; words that are none go to `unknown`.
    init(list: String, unknown: inout [String]) {
        var options: OperationOptions = []
        for part in list.split(separator: ",") {
            let word = part.trimmingSpaces
            if word.isEmpty || word.lowercased() == "none" {
                continue
            }
            if let option = Self.words[word.lowercased()] {
                options.insert(option)
            } else {
                unknown.append(word)
            }
        }
        self = options
    }
}
