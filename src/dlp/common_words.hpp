#pragma once

#include <string_view>

namespace edgeward::dlp {

// Is the folded word one that renderings and clinical texts use for something else than a name: a word of the
// code table, or a German or English everyday word that is a family or a given name too? Such a name is
// looked for beside the person's other name only.
bool is_common_word(std::string_view folded);

}  // namespace edgeward::dlp
