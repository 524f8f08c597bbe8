import Testing
import NIOCore
