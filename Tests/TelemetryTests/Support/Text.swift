import Foundation
import Primitives

/// What `body` appends to a fresh buffer, as bytes.
func bytes(_ body: (inout ByteBuffer) -> Void) -> [UInt8] {
  var buffer = ByteBuffer()
  body(&buffer)
  return (0..<buffer.count).map { buffer[$0] }
}

/// The same as text.
func text(_ body: (inout ByteBuffer) -> Void) -> String { String(decoding: bytes(body), as: UTF8.self) }

/// Runs a program with `input` on its standard input; gives back its status and all that it wrote.
func run(_ program: String, _ arguments: [String], input: [UInt8]) throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  let (stdin, stdout) = (Pipe(), Pipe())
  process.standardInput = stdin
  process.standardOutput = stdout
  process.standardError = stdout
  try process.run()
  // The programs read all of their input before they write: no deadlock.
  stdin.fileHandleForWriting.write(Data(input))
  try stdin.fileHandleForWriting.close()
  let output = stdout.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}
