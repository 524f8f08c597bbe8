// SPDX-License-Identifier: Apache-2.0

/// The keys or the program of the profile in use.
///
/// Keys of the credentials file, else `credential_process`, else keys of the config file: the
/// order of botocore (`ProfileProviderBuilder`). What botocore would use there and this cannot, is
/// refused by the setting's name.
struct ProfileProvider: CredentialsProvider {
    let name = CredentialsProviderName.profile
    let environment: [String: String]
    let outside: CredentialsOutside

    func fetch(in search: inout CredentialsSearch) throws(ObjectStoreError) -> Credentials? {
        let profile = try search.sharedProfile()
        // By the role and the account botocore knows that it is to sign in.
        try profile.refuse(["sso_role_name", "sso_account_id"])
        if let keys = try profile.keys(profile.credentials) { return keys }
        try profile.refuse(["login_session"])
        if let command = profile["credential_process"] {
            return try CredentialProcess(command, of: profile.name, environment).fetch(outside)
        }
        if let keys = try profile.keys(profile.config) { return keys }
        // Without a role these give nothing; whoever set them expects that they do.
        try profile.refuse(["source_profile", "credential_source", "sso_session", "sso_start_url"])
        return nil
    }
}

/// A role that keys of another profile are exchanged for; not supported, and not passed over.
struct AssumedRoleRefusal: CredentialsProvider {
    let name = CredentialsProviderName.profile

    func fetch(in search: inout CredentialsSearch) throws(ObjectStoreError) -> Credentials? {
        let profile = try search.sharedProfile()
        if profile["web_identity_token_file"] == nil { try profile.refuse(["role_arn"]) }
        return nil
    }
}

extension SharedProfile {
    /// - Throws: the first of the settings that the profile has.
    fileprivate func refuse(_ settings: [String]) throws(ObjectStoreError) {
        for setting in settings where self[setting] != nil {
            throw .noCredentials(.profile(name, .unsupported(setting: setting)))
        }
    }

    /// The keys among settings; nil without any.
    fileprivate func keys(_ values: [String: String]) throws(ObjectStoreError) -> Credentials? {
        guard let id = values["aws_access_key_id"] else { return nil }
        guard let secret = values["aws_secret_access_key"], !secret.isEmpty, !id.isEmpty else {
            throw .noCredentials(.profile(name, .incompleteKeys))
        }
        return Credentials(
            accessKeyID: id,
            secretAccessKey: secret,
            sessionToken: values["aws_security_token"] ?? values["aws_session_token"]
        )
    }
}
