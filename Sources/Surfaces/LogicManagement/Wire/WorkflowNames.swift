import Engine
import Serving

/// What names of workflows and resource groups may look like.
enum WorkflowNames {
    /// The longest name of a workflow.
    static let longest = 80

    /// Refuses names that Azure refuses.
    ///
    /// - Throws: `Problem` 400 `InvalidWorkflowName` or `InvalidResourceGroup`.
    static func check(_ key: WorkflowKey) throws(Problem) {
        guard key.name.unicodeScalars.count <= longest, isPlain(key.name, also: "-._()") else {
            throw Problem(
                status: 400,
                code: "InvalidWorkflowName",
                message:
                    "The workflow name '\(key.name.prefix(100))' is not valid: it has 1 to \(longest) letters, digits and - . _ ( ) and does not end in a full stop."
            )
        }
        guard key.resourceGroup.unicodeScalars.count <= 90, isPlain(key.resourceGroup, also: "-._()") else {
            throw Problem(
                status: 400,
                code: "InvalidResourceGroup",
                message:
                    "The resource group '\(key.resourceGroup.prefix(100))' is not valid: it has 1 to 90 letters, digits and - . _ ( ) and does not end in a full stop."
            )
        }
        guard key.subscription.unicodeScalars.count <= 64, isPlain(key.subscription, also: "-._") else {
            throw Problem(
                status: 400,
                code: "InvalidSubscriptionId",
                message:
                    "The subscription '\(key.subscription.prefix(100))' is not valid: it has 1 to 64 letters, digits and - . _."
            )
        }
    }

    private static func isPlain(_ name: String, also signs: String) -> Bool {
        !name.isEmpty && !name.hasSuffix(".")
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || signs.unicodeScalars.contains(scalar)
            }
    }
}
