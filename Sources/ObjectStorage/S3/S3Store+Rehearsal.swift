// SPDX-License-Identifier: Apache-2.0

extension S3Store {
    /// Of objects: writes and removes a small one of a name of its own, once for each folder, since
    /// rights may be those of a folder. The first of a bucket is replaced as well: what the store
    /// makes of conditions shows only where one holds and where one does not.
    ///
    /// Of a single object: begins an upload to it and ends that, which takes the right to write it
    /// and leaves what is there alone.
    package func rehearse(
        _ write: PlannedWrite,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        switch write {
        case .objects(let folder, _, _): try rehearse(folder: folder, deadline: deadline)
        case .object(let key): try rehearseUpload(key, deadline: deadline)
        }
    }

    private func rehearse(
        folder: String,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        guard !client.traits.isRehearsed(folder) else { return }
        let random = UInt64(client.clock.randomFraction() * 0x1p52)
        let name = ".rehearsal-\(client.clock.secondsSince1970())-\(String(random, radix: 16))"
        let key = try ObjectKey(folder: folder, name: name)
        do throws(ObjectStoreError) {
            try rehearse(key, deadline: deadline)
        } catch {
            try? delete(key, deadline: deadline)
            throw error
        }
        // A role that may not delete leaves the object; generations stay for it as well.
        try? delete(key, deadline: deadline)
        client.traits.rehearsed(folder)
    }

    private func rehearse(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        let first = try put(key, Array("1".utf8), .ifAbsent, deadline: deadline)
        let other = ETag("00000000000000000000000000000000")
        for condition in [WriteCondition.ifAbsent, .ifMatch(other)]
        where client.traits.conditions == .unknown {
            do throws(ObjectStoreError) {
                try put(key, Array("2".utf8), condition, deadline: deadline)
                client.traits.lack(.conditionsIgnored)
            } catch .preconditionFailed {
                // As it must be.
            }
        }
        guard client.traits.conditions == .unknown else { return }
        try put(key, Array("3".utf8), .ifMatch(first.etag), deadline: deadline)
        client.traits.keepConditions()
    }

    package var notes: [StoreNote] {
        if case .lacking(let note) = client.traits.conditions { [note] } else { [] }
    }
}
