// SPDX-License-Identifier: Apache-2.0

import Foundation
import Machine
import TestSupport
import Testing

@Suite struct UnnamedFileTests {
    @Test func noNameLeadsToItAndItTakesBytes() throws {
        let folder = try TemporaryFolder()
        let file = FileHandle(
            fileDescriptor: try UnnamedFile.open(in: folder.url.path),
            closeOnDealloc: true
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
        try file.write(contentsOf: Data("income".utf8))
        try file.seek(toOffset: 0)
        #expect(try file.readToEnd() == Data("income".utf8))
    }

    @Test func aFolderThatIsNotThereIsAFailureInWords() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: UnnamedFile.Failure.self) {
            try UnnamedFile.open(in: folder.url.path + "/absent")
        }
        #expect(error?.code == ENOENT)
        #expect(SystemErrorText.of(error?.code ?? 0) == "No such file or directory")
    }
}
