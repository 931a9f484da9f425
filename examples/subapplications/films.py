# Films: the other part, for those who say that they are adults.
from microdot import Microdot, abort

films = Microdot()


@films.before_request
async def look_at_age(request):
    if request.args.get('age', type=int, default=0) < 18:
        abort(403)


@films.get('/')
async def list_films(request):
    return ['Clueless']


@films.errorhandler(403)
async def too_young(request):
    return 'Come back with ?age=18', 403
