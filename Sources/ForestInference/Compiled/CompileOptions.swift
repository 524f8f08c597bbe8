// SPDX-License-Identifier: Apache-2.0

/// Choices of ``CompiledForest``.
public struct CompileOptions: Sendable {
    /// The highest tier to use; the machine's best if that is lower.
    public var tierMax: KernelTier
    /// Whether machine code may be generated for the forest. Off: fixed code reads tables instead.
    public var allowsGeneratedCode: Bool
    /// The only kernel to use, if it is available; nil lets the measured costs decide.
    public var forcedKernel: ForestKernel?
    /// Threads for which working memory is kept. More may score at a time; their memory is freed
    /// after each call.
    public var threadCount: Int
    /// How the bit-sliced kernels find leaf values.
    package var leafLookup = LeafLookup.best

    /// By default everything the machine has.
    public init(
        tierMax: KernelTier = .best,
        allowsGeneratedCode: Bool = true,
        forcedKernel: ForestKernel? = nil,
        threadCount: Int = 64
    ) {
        self.tierMax = min(tierMax, .best)
        self.allowsGeneratedCode = allowsGeneratedCode
        self.forcedKernel = forcedKernel
        self.threadCount = threadCount
    }
}
