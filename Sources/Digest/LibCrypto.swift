// SPDX-License-Identifier: Apache-2.0

import CCrypto

/// The process-wide state of libcrypto.
package enum LibCrypto {
    /// Starts the library once; false if it cannot. To be asked before anything else that starts
    /// it.
    ///
    /// At the end of the process the library would free its state while other threads still hash.
    /// Only what starts it first can keep it from that.
    package static let isReady: Bool = {
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1
    }()
}
