extension String {
    /// Tells whether two texts are equal without regard to case, as .NET's ordinal comparison does.
    ///
    /// Scalar by scalar to upper case, only where upper case is a single scalar; no language's rules apply.
    public func isSame(ignoringCase other: String) -> Bool {
        withBytes { mine in
            other.withBytes { theirs in
                if mine.count == theirs.count {
                    var plain = true
                    for place in 0..<mine.count {
                        let left = mine[place]
                        let right = theirs[place]
                        if left | right >= 0x80 {
                            plain = false
                            break
                        }
                        if left != right {
                            let folded = left | 0x20
                            guard folded == right | 0x20, folded &- 0x61 < 26 else { return false }
                        }
                    }
                    if plain { return true }
                }
                return unicodeScalars.lazy.map(\.simpleUppercase)
                    .elementsEqual(other.unicodeScalars.lazy.map(\.simpleUppercase))
            }
        }
    }
}

extension Unicode.Scalar {
    /// The upper case form when it is a single scalar, else the scalar itself.
    fileprivate var simpleUppercase: Unicode.Scalar {
        if value < 0x80 { return value &- 0x61 < 26 ? Unicode.Scalar(UInt8(value - 32)) : self }
        let upper = properties.uppercaseMapping.unicodeScalars
        guard let first = upper.first, upper.count == 1 else { return self }
        return first
    }
}
