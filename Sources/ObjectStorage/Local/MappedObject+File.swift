// SPDX-License-Identifier: Apache-2.0

import Glibc

extension MappedObject {
    /// Maps the whole of an open file; the descriptor may be closed afterwards.
    init(descriptor: Int32, metadata: ObjectMetadata) throws(ObjectStoreError) {
        guard metadata.size > 0 else {
            unsafe self.init(mapping: nil, metadata: metadata)
            return
        }
        let start = unsafe mmap(nil, metadata.size, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else {
            throw ObjectStoreError(SystemError(.map, errno))
        }
        unsafe self.init(mapping: start, metadata: metadata)
    }
}
