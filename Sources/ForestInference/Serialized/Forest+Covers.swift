// SPDX-License-Identifier: Apache-2.0

// Covers are a section of their own, so that forests without them are read as they were written.

extension Forest {
    /// The section, or none for a forest without covers.
    func coverSection() -> [ForestSection] {
        guard let covers else { return [] }
        var writer = SectionWriter(capacity: covers.count * 4)
        for cover in covers { writer.append(cover.bitPattern) }
        return [ForestSection(id: SectionID.covers.rawValue, bytes: writer.bytes)]
    }

    /// Reads the section; nil where there is none. What covers may be is checked where they are
    /// used, since scores do not depend on them.
    static func covers(
        _ sections: [ForestSection],
        nodeCount: Int
    ) throws(ForestError) -> [Float]? {
        try optionalReader(.covers, sections)?.floats(count: nodeCount)
    }
}
