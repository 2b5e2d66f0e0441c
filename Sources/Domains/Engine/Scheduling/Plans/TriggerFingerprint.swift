import JSONTree
import Playbooks

/// Names what a trigger's state belongs to, so that another definition begins anew.
enum TriggerFingerprint {
    /// A name for the trigger's definition and the parameters that it uses.
    ///
    /// Values of secure parameters are left out: a renewed password does not make another trigger.
    static func definition(_ trigger: TriggerNode, in definition: Definition) -> String {
        let written = definition.json[ignoringCase: "triggers"]?[trigger.name] ?? .null
        var text = written.text
        let folded = text.lowercased()
        for parameter in definition.parameters where !parameter.isSecure && folded.contains(parameter.name.lowercased())
        {
            text += "\u{0}\(parameter.name)=\(parameter.value.text)"
        }
        return TrackingID.make(run: text, action: "definition")
    }

    /// A name for a callback address, which says nothing about its signature.
    static func address(_ url: String) -> String { TrackingID.make(run: url, action: "address") }
}
