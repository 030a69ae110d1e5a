import Foundation

/// A running nginx that answers `ok`, on a port and on a unix socket.
final class Nginx {
  let port: UInt16
  let directory = Scratch()
  private var program: Program?

  /// The endpoint on the unix socket.
  var address: String { "unix:" + directory.path("nginx.sock") }

  /// - Parameters:
  ///   - http: lines for the `http` block.
  ///   - server: lines for the `server` block. Files come from the folder `www`.
  init(_ http: String, server: String = "") throws {
    port = Origin.freePort()
    try FileManager.default.createDirectory(at: directory.file("www"), withIntermediateDirectories: true)
    try directory.write(
      """
      daemon off;
      master_process on;
      worker_processes 1;
      pid nginx.pid;
      error_log stderr warn;
      events { worker_connections 512; }
      http {
        access_log off;
        client_max_body_size 0;
        client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
        \(http)
        server {
          listen 127.0.0.1:\(port) reuseport;
          listen \(address);
          root \(directory.path("www"));
          location = / { return 200 ok; }
          \(server)
        }
      }
      """, to: "nginx.conf")
    try start()
  }

  func start() throws {
    guard let path = Program.find("nginx") else { throw Program.Missing(name: "nginx") }
    // What a killed one leaves behind would keep the next from listening.
    try? FileManager.default.removeItem(at: directory.file("nginx.sock"))
    program = try Program(
      path, ["-p", directory.url.path, "-c", directory.path("nginx.conf"), "-e", "stderr"], in: directory)
    guard eventually({ (try? Wire.connect(port: port)) != nil || !(program?.isRunning ?? false) }),
      program?.isRunning == true
    else { throw Binary.DidNotStart(errors: program?.errorText ?? "") }
  }

  /// New workers take over; the old ones end their connections.
  func reload() { program?.signal(SIGHUP) }

  func stop(_ signal: Int32 = SIGTERM) {
    program?.signal(signal)
    _ = program?.wait()
  }

  deinit { stop() }
}
