// SPDX-License-Identifier: Apache-2.0

/// The largest model that is read. Checked before memory is taken.
public enum ForestLimits {
    /// Bytes of a model document: 64 MiB.
    public static let documentBytesMax = 64 << 20
    /// Containers within containers, in parts of the document that are skipped.
    public static let nestingMax = 32
    /// Trees of a model, those of all outputs.
    public static let treesMax = 100_000
    /// Weights of a linear model: one for each feature and output, and one more for each output.
    public static let linearWeightsMax = 16 << 20
    /// Classes or targets of a model; each takes 2 KiB of every scratch.
    public static let outputsMax = 4_096
    /// Nodes of a model, leaves included.
    public static let nodesMax = 16 << 20
    /// Splits on the longest path of a tree.
    public static let depthMax = 64
    /// Columns of the prepared matrix.
    public static let featuresMax = 65_535
    /// One more than the largest category code of a categorical split.
    public static let categoriesMax = 65_536
    /// Words of 32 categories that the sets of all categorical splits take: 16 MiB. A set that
    /// several splits of a tree share counts once.
    public static let categoryWordsMax = 4 << 20
    /// Categories that all categorical splits list together; only lists that overlap can be longer
    /// than their document.
    public static let categoriesListedMax = 16 << 20
    /// Bytes and numbers that the names of all categories take in a document.
    public static let categoryNameValuesMax = 16 << 20
    /// Distinct cuts of a forest. Each is pulled back through a transform and compared around it: so
    /// many take three seconds of processor, and nothing ends that.
    public static let cutsMax = 1 << 20
    /// Byte columns of a compiled forest; each takes 1 KiB of every scratch. Features with 255
    /// distinct cuts or fewer have one, or two where missing values go both ways.
    public static let byteColumnsMax = 8_192
    /// Distinct sets of a forest: each needs a byte column.
    public static let categorySetsMax = byteColumnsMax
    /// Bytes of one name or one number in a document.
    public static let textBytesMax = 4_096
}
