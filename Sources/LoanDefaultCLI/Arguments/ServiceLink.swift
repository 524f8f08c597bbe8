// SPDX-License-Identifier: Apache-2.0

/// The variables by which Kubernetes names the services of a namespace to its pods
/// (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
enum ServiceLink {
    /// Whether a variable is such a link. `LOAN_DEFAULT_HTTP_PORT` is one where a service is called
    /// `loan-default-http`: its value says so, `tcp://10.0.0.11:6379`.
    static func isLink(_ name: String, _ value: String) -> Bool {
        if name.hasSuffix("_PORT"),
            ["tcp://", "udp://", "sctp://"].contains(where: { value.hasPrefix($0) })
        {
            return true
        }
        let service = /.+_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)/
        let port = /.+_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?/
        return name.wholeMatch(of: service) != nil || name.wholeMatch(of: port) != nil
    }
}
