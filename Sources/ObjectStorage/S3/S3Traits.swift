// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What has been learnt of the store of a bucket, where stores differ from what S3 documents.
///
/// Every trait begins as documented; an answer that shows otherwise is met once and remembered.
final class S3Traits: Sendable {
    /// What is known of the conditions of writes.
    enum WriteConditions: Equatable {
        /// Nobody has asked.
        case unknown
        /// Asked, and kept.
        case kept
        /// Writers cannot rely on them.
        case lacking(StoreNote)
    }

    private struct State {
        var conditions = WriteConditions.unknown
        var wantsBareTags = false
        var takesChecksums = true
        var keepsReadConditions = true
        var copies = true
        var hasBucket = false
        var rehearsedFolders: Set<String> = []
        var secondsBehind = 0
    }

    /// Folders that are remembered as rehearsed; beyond that all are tried again.
    private static let foldersMax = 1_024

    private let state = Mutex(State())
    private let onNote: @Sendable (StoreNote) -> Void

    /// - Parameter onNote: called once, when conditions are found lacking.
    init(onNote: @escaping @Sendable (StoreNote) -> Void) {
        self.onNote = onNote
    }

    /// What is known of the conditions of writes.
    var conditions: WriteConditions { state.withLock { $0.conditions } }
    /// Whether `If-Match` of a read is obeyed; what was read is compared in either case.
    var keepsReadConditions: Bool { state.withLock { $0.keepsReadConditions } }
    /// Whether the store copies objects.
    var copies: Bool { state.withLock { $0.copies } }

    /// Whether the bucket is known to exist.
    var hasBucket: Bool { state.withLock { $0.hasBucket } }

    /// Whether a write to a folder has been tried.
    func isRehearsed(_ folder: String) -> Bool {
        state.withLock { $0.rehearsedFolders.contains(folder) }
    }

    /// How far this machine's clock lags the store's, where that is too far.
    var secondsBehind: Int { state.withLock { $0.secondsBehind } }

    /// The form of a write that is most likely to be taken.
    var writeForm: S3WriteForm {
        state.withLock { state in
            var form = S3WriteForm()
            form.hasChecksum = state.takesChecksums
            if state.wantsBareTags { form.condition = .bare }
            if case .lacking = state.conditions { form.condition = .compared }
            return form
        }
    }

    /// Remembers the form that a store has taken or that a condition was honored in.
    /// - Parameter cause: why the condition was left out, if it was.
    func learn(_ form: S3WriteForm, for condition: WriteCondition, cause: StoreNote?) {
        state.withLock { state in
            if !form.hasChecksum { state.takesChecksums = false }
            if form.condition == .bare, case .ifMatch = condition { state.wantsBareTags = true }
        }
        if form.condition == .compared, let cause { lack(cause) }
    }

    /// Remembers that writers cannot rely on conditions, unless they were seen to be kept.
    func lack(_ note: StoreNote) {
        let isNews = state.withLock { state in
            guard state.conditions == .unknown else { return false }
            state.conditions = .lacking(note)
            return true
        }
        if isNews { onNote(note) }
    }

    /// Remembers that conditions were tried and kept.
    func keepConditions() {
        state.withLock { if $0.conditions == .unknown { $0.conditions = .kept } }
    }

    /// Remembers that `If-Match` of a read fails for the version that is there.
    func loseReadConditions() {
        state.withLock { $0.keepsReadConditions = false }
    }

    /// Remembers that a write to a folder was tried, and allowed.
    func rehearsed(_ folder: String) {
        state.withLock { state in
            if state.rehearsedFolders.count >= Self.foldersMax { state.rehearsedFolders = [] }
            state.rehearsedFolders.insert(folder)
        }
    }

    /// Remembers that the bucket exists.
    func haveBucket() {
        state.withLock { $0.hasBucket = true }
    }

    /// Remembers how far this machine's clock lags.
    func correctTime(by seconds: Int) {
        state.withLock { $0.secondsBehind = seconds }
    }

    /// Remembers that the store does not copy.
    func loseCopies() {
        state.withLock { $0.copies = false }
    }
}
