internal import Primitives

/// What a browser shows first.
enum IndexPage {
  static func append(
    status: ProcessStatus, links: [(path: String, summary: String)], to output: inout ByteBuffer
  ) {
    output.append(
      """
      <!doctype html>
      <html lang="en"><meta charset="utf-8"><title>apus</title>
      <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 40em; margin: 3em auto; padding: 0 1em }
      dt { float: left; clear: left; width: 8em } dd { margin-left: 8em }
      </style>
      <h1>apus</h1>
      <p>Version \(status.version), \(status.phase.rawValue), \(status.exchanges) exchanges in flight.</p>
      <dl>

      """)
    for link in links {
      output.append("<dt><a href=\"\(link.path)\">\(link.path)</a></dt><dd>\(link.summary)</dd>\n")
    }
    output.append("</dl></html>\n")
  }
}
