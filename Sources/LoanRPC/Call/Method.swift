// SPDX-License-Identifier: Apache-2.0

package import Access

/// What a call asks for. Open on the wire, closed here: an unknown number is UNIMPLEMENTED.
package enum Method: UInt32, Sendable, CaseIterable {
    case ping = 1
    case serverInfo = 2
    case predict = 3
    case predictStream = 4
    case prepareData = 5
    case train = 6
    case loadModel = 7
    case modelStatus = 8
    case setChallenger = 9
    case challenger = 10

    /// The scope a token must have; nil for what every accepted connection may ask.
    package var scope: Scope? {
        switch self {
        case .ping, .serverInfo, .modelStatus: nil
        case .predict, .predictStream, .challenger: .predict
        case .prepareData, .train, .loadModel, .setChallenger: .write
        }
    }

    /// Whether the caller may send DATA after REQUEST.
    package var acceptsData: Bool { self == .predictStream }
    /// Whether progress is sent while the work goes on.
    package var sendsProgress: Bool { self == .prepareData || self == .train }
    /// Whether it belongs to the data plane.
    package var isPredict: Bool { self == .predict || self == .predictStream }
}
