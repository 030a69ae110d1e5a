import Mesh

@testable import Configuration

/// Loads a text as file `f`.
func load(_ text: String, environment: [String: String] = [:], states: StateStore = StateStore())
  -> LoadedConfiguration
{
  ConfigurationLoader(environment: environment).load(Array(text.utf8), file: "f", states: states)
}

/// What is wrong with a text.
func diagnostics(_ text: String, environment: [String: String] = [:]) -> [String] {
  load(text, environment: environment).diagnostics.map(\.description)
}

/// A service, so that a document about other things is complete.
let service = "services: [{name: web, endpoints: [127.0.0.1:9000]}]\n"
