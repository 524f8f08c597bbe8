// SPDX-License-Identifier: Apache-2.0

/// One search for credentials along the chain: what its providers read from outside. The shared
/// files are read when the first provider asks for them, and once.
struct CredentialsSearch {
    private let environment: [String: String]
    private let outside: CredentialsOutside
    private var profile: Result<SharedProfile, SharedFilesError>?

    init(_ environment: [String: String], _ outside: CredentialsOutside) {
        self.environment = environment
        self.outside = outside
    }

    /// The profile in use.
    mutating func sharedProfile() throws(ObjectStoreError) -> SharedProfile {
        let read =
            profile
            ?? Result { () throws(SharedFilesError) in try SharedProfile(environment, outside) }
        profile = read
        do throws(SharedFilesError) {
            return try read.get()
        } catch {
            throw .noCredentials(.sharedFiles(error))
        }
    }
}
