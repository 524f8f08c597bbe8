// SPDX-License-Identifier: Apache-2.0

/// The host and path that name a bucket or an object of it.
struct S3Address {
    let endpoint: S3Endpoint
    let host: String
    let encodedPath: String

    init(_ configuration: S3Configuration, bucket: BucketName, key: ObjectKey?) {
        endpoint = configuration.endpoint ?? .aws(region: configuration.region)
        let path = key.map { PercentEncoding.encode($0.name, keepsSlash: true) } ?? ""
        // No wildcard certificate covers a bucket's name with a dot.
        if configuration.usesPathStyle || bucket.hasDot {
            host = endpoint.authority
            encodedPath = key == nil ? "/\(bucket)" : "/\(bucket)/\(path)"
        } else {
            host = "\(bucket).\(endpoint.authority)"
            encodedPath = "/\(path)"
        }
    }
}
