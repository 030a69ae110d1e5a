import Foundation
import Primitives
import Reactor

/// nginx as an upstream, in a folder of its own, listening on a unix socket there.
final class Nginx {
  let folder: String
  private let process = Process()
  var address: String { "unix:\(folder)/nginx.sock" }

  init() throws {
    folder = "/tmp/apus-nginx-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder + "/www", withIntermediateDirectories: true)
    let configuration = """
      daemon off;
      pid nginx.pid;
      error_log \(folder)/error.log;
      events {}
      http {
        access_log off;
        client_body_temp_path \(folder);
        proxy_temp_path \(folder);
        fastcgi_temp_path \(folder);
        uwsgi_temp_path \(folder);
        scgi_temp_path \(folder);
        client_max_body_size 0;
        server {
          listen unix:\(folder)/nginx.sock;
          root \(folder)/www;
          location = /echo { return 200 "$request_method $http_host $http_x_forwarded_for $http_traceparent\\n"; }
        }
      }
      """
    try configuration.write(toFile: folder + "/nginx.conf", atomically: true, encoding: .utf8)
    process.executableURL = URL(fileURLWithPath: Tool.path("nginx") ?? "nginx")
    process.arguments = ["-p", folder, "-c", "nginx.conf"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    // It says nothing when it listens: a connection tells.
    let address = SocketAddress.unix(path: folder + "/nginx.sock")
    while (try? Socket.connect(to: address).descriptor) == nil {
      guard process.isRunning else { throw Plug.Failure(call: "nginx") }
      usleep(1000)
    }
  }

  deinit {
    stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  func write(_ name: String, _ contents: Data) throws {
    try contents.write(to: URL(fileURLWithPath: folder + "/www/" + name))
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }
}
