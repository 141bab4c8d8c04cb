#include "page_answer.hpp"

namespace edgeward::admin {

Answer answer_with(const Page& page, std::string_view method, std::string_view known) {
    Answer answer;
    if (method != "GET") {
        answer.response = error_response({ErrorKind::invalid_input, "the path has no such method"});
        answer.response.status = 405;
        answer.allow = "GET, HEAD";
        return answer;
    }
    answer.response.content_type = page.content_type;
    answer.response.status = known == page.etag ? 304 : 200;
    if (answer.response.status == 200) answer.response.body = page.body;
    return answer;
}

}  // namespace edgeward::admin
