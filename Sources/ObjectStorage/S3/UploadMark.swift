// SPDX-License-Identifier: Apache-2.0

internal import Digest

/// A small object that marks an upload in parts as this program's while it is under way.
///
///     FOLDER/.loan-default/uploads/DIGEST     of the upload's key and number
///
/// A listing of uploads says of each its key, its number and its age. Keys of generations are only
/// this program's. Other keys are chosen by callers, and other tools write to them too, so that
/// nothing but the mark says whose upload it is.
struct UploadMark {
    /// Where the mark lies.
    let key: ObjectKey
    /// What it says, for people.
    let text: [UInt8]

    /// - Returns: nil where the key needs no mark, since only this program writes to it (a mark,
    ///   too), and where there is no room for one.
    init?(of key: ObjectKey, id: String) {
        guard !ArtifactLocation.isReserved(key.name), !ArtifactLocation.isObjectOfAGeneration(key)
        else { return nil }
        let name = Self.folder(of: key) + Self.name(of: key, id: id)
        guard let place = try? ObjectKey(name) else { return nil }
        self.key = place
        text = Array("\(key.name)\n\(id)\n".utf8)
    }

    /// The folder of the marks of uploads to the folder of a key, with a slash at its end.
    static func folder(of key: ObjectKey) -> String {
        let folder = key.folder.isEmpty ? "" : key.folder + "/"
        return "\(folder)\(ArtifactLocation.reservedFolder)/uploads/"
    }

    /// The name of a mark in its folder.
    static func name(of key: ObjectKey, id: String) -> String {
        Hex.encode(SHA256.hash(Array("\(key.name)\n\(id)".utf8)))
    }
}
