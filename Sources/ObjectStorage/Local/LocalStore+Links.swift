// SPDX-License-Identifier: Apache-2.0

/// Reading through symbolic links, as the volumes of Kubernetes have them: `model.json` is a link
/// to `..data/model.json`, and `..data` one to the folder of the current version.
///
/// A link is followed where its target is relative and lies below the folder that the link is in,
/// so that no link leads out of a folder that was named, nor into hidden folders, which
/// programs have for themselves. Nothing is written through links.
extension LocalStore {
    /// Links that one path may lead through.
    static let linksMax = 8

    /// Opens a file or folder to read, following links that lead down.
    func openFollowing(
        _ path: [String],
        _ mode: OpenMode
    ) throws(ObjectStoreError) -> Descriptor {
        try mapping { () throws(SystemError) in
            var current = Descriptor(
                try fileSystem.open(".", in: rootDescriptor, .folder),
                of: fileSystem
            )
            var pending = Array(path.reversed())
            var linkCount = 0
            while let name = pending.popLast() {
                let isLast = pending.isEmpty
                do throws(SystemError) {
                    current = Descriptor(
                        try fileSystem.open(name, in: current.number, isLast ? mode : .folder),
                        of: fileSystem
                    )
                } catch {
                    guard error.mayBeLink, linkCount < Self.linksMax,
                        let target = Self.below(try fileSystem.target(of: name, in: current.number))
                    else { throw error }
                    linkCount += 1
                    pending += target.reversed()
                }
            }
            return current
        }
    }

    /// The status of what a name in a folder stands for, by way of links that lead down; nil for
    /// one that has gone and for a link that leads nowhere or elsewhere.
    func statusFollowing(
        _ path: [String],
        _ name: String,
        in folder: Int32
    ) throws(ObjectStoreError) -> FileStatus? {
        do throws(SystemError) {
            let status = try fileSystem.status(of: name, in: folder)
            guard status.kind == .other,
                try fileSystem.target(of: name, in: folder) != nil
            else { return status }
        } catch  where error.isAbsence {
            return nil
        } catch {
            throw ObjectStoreError(error)
        }
        do throws(ObjectStoreError) {
            let target = try openFollowing(path + [name], .read)
            return try mapping { () throws(SystemError) in try fileSystem.status(target.number) }
        } catch .notFound {
            return nil
        } catch .notRegularFile {
            return nil
        } catch .permissionDenied {
            return nil
        }
    }

    /// The components of a link's target that leads down; nil for another one.
    private static func below(_ target: String?) -> [String]? {
        guard let target, !target.hasPrefix("/") else { return nil }
        let parts = target.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard !parts.isEmpty, parts.allSatisfy(isOpen) else { return nil }
        return parts
    }

    /// Whether a link may lead through a component: to the versions of a volume, whose names begin
    /// with two dots, but to nothing else that is hidden.
    private static func isOpen(_ component: String) -> Bool {
        let isHidden = component.hasPrefix(".") && !component.hasPrefix("..")
        return !isHidden && (try? LocalPath.check(component)) != nil
    }
}
