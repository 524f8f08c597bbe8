// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import Protobuf

/// Unpacks one message of a container within the budget of stored ones and lends it to `body`.
/// - Throws: `.undecodable` for bytes that are no such message or exceed the budget.
func withUnpacked<Message, Result>(
    _ payload: ArraySlice<UInt8>,
    with unpack: (
        UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?
    ) -> UnsafeMutablePointer<Message>?,
    _ body: (Message) throws(ArtifactError) -> Result
) throws(ArtifactError) -> Result {
    var arena = MessageArena(.stored)
    let result: Swift.Result<Result, ArtifactError>
    do throws(MessageError) {
        result = try unsafe arena.unpack(payload.span.bytes, with: unpack) { message in
            do throws(ArtifactError) {
                return .success(try body(message))
            } catch {
                return .failure(error)
            }
        }
    } catch {
        throw .undecodable
    }
    return try result.get()
}

/// Refuses what only a newer release understands.
func requireKnownCapabilities(
    _ numbers: UnsafePointer<UInt32>?,
    count: Int,
    known: Set<UInt32> = []
) throws(ArtifactError) {
    let listed = unsafe UnsafeBufferPointer(start: numbers, count: count)
    guard let unknown = unsafe listed.first(where: { !known.contains($0) }) else { return }
    throw .newerRelease(what: "capability \(unknown)")
}
