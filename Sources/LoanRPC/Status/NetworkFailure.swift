// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// What the errors of the network's libraries mean, in words: their own descriptions are values of
/// Swift.
package enum NetworkFailure {
    /// One line for a person. Errors with words of their own keep them.
    package static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as RPCStatus: error.description
        case let error as IOError: SystemErrorText.of(error.errnoCode)
        case let error as NIOConnectionError: sentence(error)
        case is SocketAddressError: "the name of the host is not resolved"
        case let error as ChannelError: sentence(error)
        case let error as NIOSSLError: sentence(error)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "the certificate is for another host"
        case is NIOSSLExtraError, is BoringSSLError: "TLS has failed"
        case is CancellationError: "the work was canceled"
        default: "the connection has failed for a reason that is not known"
        }
    }

    /// What is wrong with a file of certificates or keys, to follow its name.
    package static func sentence(ofFile error: any Error) -> String {
        switch error {
        case let error as IOError: SystemErrorText.of(error.errnoCode)
        case NIOSSLError.noSuchFilesystemObject: "the file does not exist"
        default: "the file does not hold what is wanted in PEM, without passphrase"
        }
    }

    private static func sentence(_ error: NIOConnectionError) -> String {
        let place = "\(error.host):\(error.port)"
        if let last = error.connectionErrors.last {
            return "\(place) cannot be reached: \(sentence(last.error))"
        }
        return "\(place) cannot be reached: the name of the host is not resolved"
    }

    private static func sentence(_ error: ChannelError) -> String {
        switch error {
        case .connectTimeout(let time):
            "no connection came about within \(time.nanoseconds / 1_000_000) ms"
        case .eof, .inputClosed, .outputClosed, .ioOnClosedChannel, .alreadyClosed:
            "the connection is closed"
        default: "the connection cannot do what is asked of it"
        }
    }

    private static func sentence(_ error: NIOSSLError) -> String {
        switch error {
        case .handshakeFailed:
            "the TLS handshake has failed: the peer speaks no TLS, or one side does not trust the "
                + "other's certificate"
        case .unableToValidateCertificate, .noCertificateToValidate:
            "the certificate is not trusted"
        case .uncleanShutdown: "the connection was cut"
        default: "TLS has failed"
        }
    }
}
