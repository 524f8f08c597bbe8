// SPDX-License-Identifier: Apache-2.0
//
// Proof for the pointers: both pieces of memory are made in `init` and freed in `deinit`; the list
// points into the bytes, within the lengths that they were made of. nghttp2 makes copies.

internal import CNGHTTP2

/// Fields that are sent, as nghttp2 takes them: made once where many answers have the same.
@safe
package final class HTTP2FieldList: ExpressibleByArrayLiteral {
    let entries: UnsafeMutablePointer<nghttp2_nv>
    let count: Int
    private let bytes: UnsafeMutablePointer<UInt8>

    /// A list of names, in lower case, and values.
    package init(_ fields: [(name: String, value: String)]) {
        count = fields.count
        let byteCount = fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        unsafe bytes = .allocate(capacity: byteCount)
        unsafe entries = .allocate(capacity: fields.count)
        var place = unsafe bytes
        for (index, field) in fields.enumerated() {
            let (name, value) = (field.name.utf8.count, field.value.utf8.count)
            for byte in field.name.utf8 + Array(field.value.utf8) {
                unsafe place.initialize(to: byte)
                unsafe place += 1
            }
            unsafe (entries + index).initialize(
                to: nghttp2_nv(
                    name: place - name - value,
                    value: place - value,
                    namelen: name,
                    valuelen: value,
                    flags: 0
                )
            )
        }
    }

    /// A list of names, in lower case, and values.
    package convenience init(arrayLiteral fields: (String, String)...) { self.init(fields) }

    deinit {
        unsafe entries.deallocate()
        unsafe bytes.deallocate()
    }
}
