# A JSON API: notes are listed, written, read, changed and removed. test_api.py beside it has its tests.
from microdot import HTTPException, Microdot, abort


def create_app():
    """Return an application with no notes in it, so that each test has one of its own."""
    app = Microdot()
    notes = {}
    numbers = iter(range(1, 1_000_000))

    def find(number):
        if number not in notes:
            abort(404, 'There is no such note')
        return notes[number]

    def text_of(request):
        text = request.json.get('text') if isinstance(request.json, dict) else None
        if not isinstance(text, str) or not text:
            abort(422, 'A note has a text')
        return text

    @app.get('/notes')
    async def list_notes(request):
        word = request.args.get('q', '')
        return [notes[number] for number in sorted(notes) if word in notes[number]['text']]

    @app.post('/notes')
    async def write(request):
        text = text_of(request)
        number = next(numbers)
        notes[number] = {'number': number, 'text': text}
        return notes[number], 201, {'Location': app.url_for('read', number=number)}

    @app.get('/notes/<int:number>')
    async def read(request, number):
        return find(number)

    @app.put('/notes/<int:number>')
    async def change(request, number):
        find(number)['text'] = text_of(request)
        return notes[number]

    @app.delete('/notes/<int:number>')
    async def remove(request, number):
        find(number)
        del notes[number]  # None is answered by status 204

    @app.errorhandler(HTTPException)
    async def refused(request, exc):
        return {'error': exc.reason}, exc.status_code

    @app.errorhandler(404)
    async def not_found(request):
        return {'error': 'There is nothing here'}, 404

    return app


if __name__ == '__main__':
    create_app().run(debug=True)
