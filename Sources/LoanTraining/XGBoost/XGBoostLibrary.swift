// SPDX-License-Identifier: Apache-2.0

internal import CXGBoost

/// The library that models are trained with.
package enum XGBoostLibrary {
    /// Its version, such as 1.7.4.
    package static var version: String {
        var (major, minor, patch): (CInt, CInt, CInt) = (0, 0, 0)
        // It writes the three numbers and keeps no pointer.
        unsafe XGBoostVersion(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }
}
