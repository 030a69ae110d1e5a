/// How a piece of text looks on a terminal (ECMA-48, SGR).
enum Style: String {
  case plain = ""
  case bold = "1"
  case dim = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"
  case blue = "34"
  case cyan = "36"
  case title = "1;36"
  case alarm = "1;97;41"
  case warning = "30;43"
  case good = "30;42"
}
