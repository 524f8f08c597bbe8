// SPDX-License-Identifier: Apache-2.0

/// Writes in a form that the store takes, which is found by trying and remembered.
extension S3Store {
    /// How the object that a write replaces stands to the condition of the write.
    private enum Standing {
        /// The object is what this write has stored.
        case own(ObjectMetadata)
        case met
        case unmet
    }

    /// Sends a write until the store takes it or its condition does not hold.
    /// - Parameter send: sends the write in a form, and may be called again for another.
    func settle(
        _ write: S3Write,
        _ engine: inout S3Engine,
        _ send: (S3WriteForm, inout S3Engine) throws(ObjectStoreError) -> ObjectMetadata
    ) throws(ObjectStoreError) -> ObjectMetadata {
        let usual = client.traits.writeForm
        var form = usual
        var cause: StoreNote?
        while true {
            if form.condition == .compared, write.condition != .always {
                switch try standing(write, &engine) {
                case .own(let metadata): return metadata
                case .unmet: throw .preconditionFailed
                case .met: break
                }
            }
            do throws(ObjectStoreError) {
                let metadata = try send(form, &engine)
                client.traits.learn(form, for: write.condition, cause: cause)
                return metadata
            } catch .preconditionFailed where write.condition != .always {
                client.traits.learn(form, for: .always, cause: nil)
                switch try standing(write, &engine) {
                case .own(let metadata): return metadata
                case .unmet: throw .preconditionFailed
                case .met: break
                }
                // A store that was seen to keep conditions is not suspected of misreading them.
                guard let next = form.afterContradiction(),
                    next.condition != .compared || client.traits.conditions != .kept
                else { throw .preconditionFailed }
                (form, cause) = (next, .conditionsMisread)
            } catch {
                guard error.mayBeUnknownHeader, let next = form.afterRefusal(of: write, usual)
                else { throw error }
                if next.condition != form.condition { cause = .conditionsRefused }
                form = next
            }
        }
    }

    private func standing(
        _ write: S3Write,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) -> Standing {
        let answer: TransportResponse
        do throws(ObjectStoreError) {
            answer = try engine.wait(for: engine.add(S3Call("HEAD", write.key)))
        } catch .notFound {
            return write.condition == .ifAbsent ? .met : .unmet
        }
        let metadata = try metadata(of: answer)
        if answer.headers[S3Write.markHeader] == write.mark { return .own(metadata) }
        return write.condition == .ifMatch(metadata.etag) ? .met : .unmet
    }

    /// Looks whether the condition of a write holds, without writing. Stores that keep conditions
    /// of whole objects may ignore those of the completion of parts.
    /// - Throws: `preconditionFailed` if it does not.
    func checkCondition(
        of write: S3Write,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) {
        if write.condition == .always { return }
        if case .unmet = try standing(write, &engine) { throw .preconditionFailed }
    }

    /// The metadata of the object if this write has stored it; nil if it has not.
    func ownWrite(
        _ write: S3Write,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) -> ObjectMetadata? {
        if case .own(let metadata) = try standing(write, &engine) { metadata } else { nil }
    }

    /// The metadata of what was stored, where the answer to the write did not give its tag.
    /// - Throws: `preconditionFailed` if another write came after it, `corrupted` for another size.
    func confirmed(
        _ write: S3Write,
        size: Int,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) -> ObjectMetadata {
        let answer = try engine.wait(for: engine.add(S3Call("HEAD", write.key)))
        let metadata = try metadata(of: answer)
        // A store that drops the mark is believed if the size is right.
        if let mark = answer.headers[S3Write.markHeader], mark != write.mark {
            throw .preconditionFailed
        }
        guard metadata.size == size else {
            throw .corrupted(.size(expected: size, actual: metadata.size))
        }
        return metadata
    }
}
