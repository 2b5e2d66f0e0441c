/// A pointer to a structure of libxml2 on its way from one owner to the next.
///
/// `@unchecked Sendable`: at any time one owner holds the pointer; who hands it over does not use it again.
struct Handed<Pointer>: @unchecked Sendable {
    let pointer: Pointer

    init(_ pointer: Pointer) { self.pointer = pointer }
}
