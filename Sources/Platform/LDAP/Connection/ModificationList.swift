import CLibLDAP
import Glibc

/// Changes in the form of the library, in memory of their own.
final class ModificationList {
    private typealias Value = UnsafeMutablePointer<berval>
    private var freed: [UnsafeMutableRawPointer] = []
    /// The list, which ends with null.
    let pointer: UnsafeMutablePointer<UnsafeMutablePointer<LDAPMod>?>

    init(_ changes: [LDAPConnection.Change]) {
        pointer = .allocate(capacity: changes.count + 1)
        for (index, change) in changes.enumerated() {
            let (operation, name, values): (Int32, String, [[UInt8]]) =
                switch change {
                case .replace(let name, let values): (LDAP_MOD_REPLACE, name, values)
                case .add(let name, let value): (LDAP_MOD_ADD, name, [value])
                case .delete(let name, let value): (LDAP_MOD_DELETE, name, [value])
                }
            let modification = UnsafeMutablePointer<LDAPMod>.allocate(capacity: 1)
            modification.initialize(to: LDAPMod())
            modification.pointee.mod_op = operation | LDAP_MOD_BVALUES
            modification.pointee.mod_type = strdup(name)
            let list = UnsafeMutablePointer<Value?>.allocate(capacity: values.count + 1)
            for (place, bytes) in values.enumerated() { list[place] = value(bytes) }
            list[values.count] = nil
            // A replacement by nothing removes the attribute.
            modification.pointee.mod_vals.modv_bvals = values.isEmpty ? nil : list
            pointer[index] = modification
            freed.append(UnsafeMutableRawPointer(modification))
            freed.append(UnsafeMutableRawPointer(list))
            if let type = modification.pointee.mod_type { texts.append(type) }
        }
        pointer[changes.count] = nil
    }

    private var texts: [UnsafeMutablePointer<CChar>] = []

    private func value(_ bytes: [UInt8]) -> Value {
        let memory = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, bytes.count))
        for (index, byte) in bytes.enumerated() { memory[index] = CChar(bitPattern: byte) }
        let value = Value.allocate(capacity: 1)
        value.initialize(to: berval(bv_len: UInt(bytes.count), bv_val: memory))
        freed.append(UnsafeMutableRawPointer(memory))
        freed.append(UnsafeMutableRawPointer(value))
        return value
    }

    deinit {
        for text in texts { free(text) }
        for memory in freed { memory.deallocate() }
        pointer.deallocate()
    }
}
