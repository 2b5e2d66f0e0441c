/// The number of an action in its definition, dense from 0.
///
/// Numbers are given in the order of appearance, a container before its children, the children of `actions` before
/// those of `else`, `cases` in their order before `default`. So the descendants of a container are exactly the numbers
/// after its own up to the end of its ``ActionNode/subtree``.
public struct ActionID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number, an index into ``Definition/actions``.
    public let index: Int

    /// The action with this number.
    @inlinable public init(_ index: Int) {
        self.index = index
    }

    /// Order of appearance.
    @inlinable public static func < (left: ActionID, right: ActionID) -> Bool { left.index < right.index }

    /// `#` and the number.
    public var description: String { "#\(index)" }
}
