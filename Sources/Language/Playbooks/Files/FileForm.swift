/// The forms in which files hold workflows.
public enum FileForm: String, Sendable, Hashable {
    /// A deployment template: `$schema` of a deployment, `parameters`, `variables`, `resources`.
    case deploymentTemplate
    /// A template of the gallery: `type` is `Microsoft.Logic/galleries/templates`.
    case galleryTemplate
    /// A workflow resource: `{ properties: { definition, parameters } }`, as the management API gives it.
    case workflowResource
    /// A cloud flow of Power Automate: `{ properties: { definition, connectionReferences } }`.
    case cloudFlow
    /// A single-tenant workflow: `{ definition, kind }`.
    case standardWorkflow
    /// What the code view shows: `{ definition, parameters }`.
    case codeView
    /// The definition itself.
    case bareDefinition
}
